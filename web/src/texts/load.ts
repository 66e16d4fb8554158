import { isolating } from "./isolated";
import { language } from "./language";

/** The area's texts in the page's language. `catalogues` are all there are, by path: `./de/watch.ts`. */
export async function load<Texts>(area: string, catalogues: Record<string, () => Promise<Texts>>): Promise<Texts> {
  const catalogue = catalogues[`./${language}/${area}.ts`];
  if (!catalogue) throw new Error(`There are no texts for ${area} in ${language}.`);
  return isolating(await catalogue(), language);
}
