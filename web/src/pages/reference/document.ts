/** The API's description (OpenAPI 3.1), as far as this page reads it, and what it says in words. */

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

interface Body {
  content?: Record<string, { schema: Schema }>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Answer extends Body {
  description: string;
}

export interface Described {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Answer>;
}

export interface Operation extends Described {
  method: string;
  path: string;
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

export interface ApiDocument {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

/** Operations by tag, in the tags' order, with what every word of `wanted` is in. */
export function groups(document: ApiDocument, wanted: string): Group[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, ...described })),
  );
  const found = all.filter((operation) => {
    const text = `${operation.method} ${operation.path} ${operation.summary} ${operation.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return document.tags
    .map(({ name, description }) => ({
      name,
      description,
      operations: found.filter(({ tags }) => tags.includes(name)),
    }))
    .filter(({ operations }) => operations.length > 0);
}

/** The component a reference names; null for what is said in place. */
export function nameOf(schema: Schema): string | null {
  return schema.$ref?.split("/").at(-1) ?? null;
}

export function resolved(document: ApiDocument, schema: Schema): Schema {
  const name = nameOf(schema);
  return name === null ? schema : (document.components.schemas[name] ?? {});
}

/** The ways a value may be, `null` left out. */
export function branches(schema: Schema): Schema[] {
  return (schema.anyOf ?? schema.oneOf ?? [schema]).filter(({ type }) => type !== "null");
}

const TYPES: Record<string, string> = { string: "text", integer: "whole number", boolean: "true or false" };

/** What a value is, in words: "text or null", "list of ProductView". */
export function typeInWords(schema: Schema): string {
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) return [...new Set(ways.map(typeInWords))].join(" or ");
  const name = nameOf(schema);
  if (name !== null) return name === "Upload" ? "file" : name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.type === "array") return schema.items ? `list of ${typeInWords(schema.items)}` : "list";
  if (schema.type === "object") return "object";
  const types = [schema.type ?? "anything"].flat().map((type) => TYPES[type] ?? type);
  return schema.format === "binary" ? "file" : types.join(" or ");
}

/** The bounds of a value, in words: "1 to 60 characters". */
export function boundsInWords(schema: Schema): string[] {
  return branches(schema).flatMap((branch) => {
    const bounds = [
      range(branch.minLength, branch.maxLength, "characters"),
      range(branch.minItems, branch.maxItems, "entries"),
      range(branch.minimum ?? branch.exclusiveMinimum, branch.maximum ?? branch.exclusiveMaximum, ""),
      branch.pattern ? `like ${branch.pattern}` : null,
    ];
    return bounds.filter((bound) => bound !== null);
  });
}

function range(least: number | undefined, most: number | undefined, unit: string): string | null {
  const text =
    least !== undefined && most !== undefined
      ? `${least} to ${most}`
      : most !== undefined
        ? `at most ${most}`
        : least !== undefined
          ? `at least ${least}`
          : null;
  return text === null ? null : `${text} ${unit}`.trim();
}

/** Who may call an operation, in words. */
export function callersInWords({ security }: Pick<Described, "security">): string {
  if (security.length === 0) return "Anyone; no token is looked at.";
  const ways = security.flatMap((way) => Object.entries(way));
  const scopes = [...new Set(ways.flatMap(([, needed]) => needed))];
  const schemes = new Set(ways.map(([scheme]) => scheme));
  if (schemes.has("client")) return "An OAuth client, by its id and secret.";
  const people = schemes.has("oauth2") ? "a person's token" : "a person's own sign-in";
  const scope = scopes.length > 0 ? ` with the scope ${scopes.join(", ")}` : "";
  const guests = schemes.has("guest") ? ", or a guest's" : "";
  const token = `${people}${scope}${guests}`;
  return security.some((way) => Object.keys(way).length === 0)
    ? `Anyone; ${token} may change what is seen.`
    : `${token.charAt(0).toUpperCase()}${token.slice(1)}.`;
}

export interface Piece {
  text: string;
  kind: "plain" | "code" | "strong";
}

/** Pieces of a text with `code` and **strong** words in it. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(`[^`]*`|\*\*[^*]*\*\*)/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      if (piece.startsWith("`")) return { text: piece.slice(1, -1), kind: "code" };
      if (piece.startsWith("**")) return { text: piece.slice(2, -2), kind: "strong" };
      return { text: piece, kind: "plain" };
    });
}

/** What a body is sent as, in words. */
export function formatsInWords(body: Body): string {
  const names: Record<string, string> = {
    "application/json": "JSON",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "a form",
  };
  return Object.keys(body.content ?? {})
    .map((type) => names[type] ?? type)
    .join(", ");
}

export function bodyOf(body: Body | undefined): Schema | null {
  return Object.values(body?.content ?? {})[0]?.schema ?? null;
}
