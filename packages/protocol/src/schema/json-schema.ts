/** JSON Schema as far as the messages use it, in the shape that typebox gives it. */
export interface JsonSchema {
  readonly type: string;
  readonly required: readonly string[];
  readonly patternProperties: Readonly<Record<string, JsonSchema>>;
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly additionalItems: false;
  /** A list: what stands at each place, as `additionalItems` and `minItems` bound it. */
  readonly items: JsonSchema | readonly JsonSchema[];
  readonly minItems: number;
  readonly maxItems: number;
  readonly uniqueItems: true;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly const: unknown;
  readonly anyOf: readonly JsonSchema[];
}

export type Keyword = keyof JsonSchema;
