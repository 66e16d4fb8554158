import type { Attribution, Order } from "../../../client/selling";
import { apart } from "../../../texts/isolated";
import { language, locale } from "../../../texts/language";
import { orders } from "../../../texts/orders";

/** What is known of how an order came about, a sentence each. `channel` is its name. */
export function attributionLines(known: Attribution, order: Order, channel: string | null): string[] {
  const text = orders.attribution;
  const lines = [];
  if (known.media) lines.push(text.recording);
  else if (channel) lines.push(known.session ? text.live(channel) : text.offAir(channel));
  else lines.push(known.session ? text.liveSomewhere : text.offAirSomewhere);
  lines.push(known.seconds_watched > 0 ? text.watched(watchedFor(known.seconds_watched)) : text.notWatched);
  const names = new Map(order.items.data.map(({ product_id, name }) => [product_id, name]));
  const featured = [...new Set(known.pins)];
  const ordered = featured.flatMap((id) => names.get(id) ?? []);
  if (ordered.length > 0) {
    const each = ordered.map((name) => apart(name, language));
    lines.push(text.featured(new Intl.ListFormat(locale).format(each)));
  }
  if (featured.length > ordered.length) lines.push(text.others(featured.length - ordered.length));
  if (known.referrer) lines.push(text.referrer(known.referrer));
  if (known.coupon) lines.push(text.coupon(known.coupon));
  return lines;
}

/** "45 seconds", "12 minutes", "3 hours": by the largest that fits. */
function watchedFor(seconds: number): string {
  const [count, unit] =
    seconds < 60
      ? [seconds, "second"]
      : seconds < 3600
        ? [Math.round(seconds / 60), "minute"]
        : [Math.round(seconds / 3600), "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
}
