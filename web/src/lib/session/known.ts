/** Where a session keeps its refresh token. */
export const REFRESH = "storecast.refresh";

/** Whether somebody has signed in here and not out again: good for a word on a button, and light. */
export function isKnown(): boolean {
  return window.localStorage.getItem(REFRESH) !== null;
}
