/** How one of a product's variants is chosen: an option at a time. */
import type { Variant } from "../../client/types";
import { soldOut } from "./offer";

/** Of each option's name, the value chosen so far. */
export type Choice = Readonly<Record<string, string>>;

export interface Option {
  /** Empty where the variants have no options in common: then each is a value by its name. */
  name: string;
  values: readonly string[];
}

/** The options to choose, as the variants name them, first mentioned first. */
export function optionsOf(variants: readonly Variant[]): Option[] {
  const names = Object.keys(variants[0]?.options ?? {});
  const alike = variants.every(
    ({ options }) => names.length === Object.keys(options).length && names.every((name) => name in options),
  );
  const told = new Set(variants.map((variant) => JSON.stringify(names.map((name) => variant.options[name]))));
  if (names.length === 0 || !alike || told.size < variants.length) {
    return variants.length > 0 ? [{ name: "", values: variants.map(({ name }) => name) }] : [];
  }
  return names.map((name) => ({ name, values: [...new Set(variants.map((variant) => valueOf(variant, name)))] }));
}

function valueOf(variant: Variant, option: string): string {
  return option === "" ? variant.name : (variant.options[option] ?? "");
}

/** What need not be chosen, since there is but one. */
export function given(options: readonly Option[]): Choice {
  const single = options.flatMap(({ name, values: [first, ...others] }) =>
    first !== undefined && others.length === 0 ? [[name, first]] : [],
  );
  return Object.fromEntries(single) as Choice;
}

/** What to choose for this variant to be chosen. */
export function choiceOf(variant: Variant, options: readonly Option[]): Choice {
  return Object.fromEntries(options.map(({ name }) => [name, valueOf(variant, name)]));
}

function matching(variants: readonly Variant[], choice: Choice): Variant[] {
  return variants.filter((variant) =>
    Object.entries(choice).every(([name, value]) => valueOf(variant, name) === value),
  );
}

/** The variant that is chosen; null while an option is open, or where there is none such. */
export function chosen(variants: readonly Variant[], options: readonly Option[], choice: Choice): Variant | null {
  if (options.some(({ name }) => !(name in choice))) return null;
  return matching(variants, choice)[0] ?? null;
}

/** How this value would do beside what else is chosen. */
export function standing(
  variants: readonly Variant[],
  choice: Choice,
  name: string,
  value: string,
): "there" | "sold out" | "none" {
  const found = matching(variants, { ...choice, [name]: value });
  if (found.length === 0) return "none";
  return found.every(soldOut) ? "sold out" : "there";
}

/** The choice with this value; what else was chosen goes where there is nothing of both. */
export function choose(
  variants: readonly Variant[],
  options: readonly Option[],
  choice: Choice,
  name: string,
  value: string,
): Choice {
  const all = { ...choice, [name]: value };
  return matching(variants, all).length > 0 ? all : { ...given(options), [name]: value };
}

/** The first option that is still to be chosen. */
export function open(options: readonly Option[], choice: Choice): Option | null {
  return options.find(({ name }) => !(name in choice)) ?? null;
}
