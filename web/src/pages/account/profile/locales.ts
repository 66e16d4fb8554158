import type { Language } from "../../../client/types";

/** Every language, and under each its regions, named as their speakers name them. */
export function localesOf(languages: readonly Language[]): { value: string; label: string }[] {
  return languages.flatMap(({ id, language, regions }) => [
    { value: id, label: language.locale_name },
    ...regions.map(({ code, locale_name }) => ({ value: code, label: `${language.locale_name} (${locale_name})` })),
  ]);
}
