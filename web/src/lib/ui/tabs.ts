/** The tab a key leads to: the arrows to the neighbours, round the ends (WAI-ARIA's pattern for tabs). */
export function turned<T>(event: KeyboardEvent & { currentTarget: HTMLElement }, tabs: readonly T[], chosen: T) {
  const at = tabs.indexOf(chosen);
  const step = event.currentTarget.matches(":dir(rtl)") ? -1 : 1;
  const places: Record<string, number> = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: -1 };
  const place = places[event.key];
  if (place === undefined) return;
  event.preventDefault();
  return tabs.at(place % tabs.length);
}
