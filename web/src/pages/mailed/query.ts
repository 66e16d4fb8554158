/** What a mailed link carries. It leaves the address bar, and so the history: whoever reads it there could use it. */
export function takeQuery(): URLSearchParams {
  const query = new URLSearchParams(window.location.search);
  window.history.replaceState(null, "", window.location.pathname);
  return query;
}
