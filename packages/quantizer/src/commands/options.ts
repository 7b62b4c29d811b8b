import { type GateConfig, gateSchema, type Option, UserError } from '@retort/shared';

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** Options that name files, by what each is. */
export function fileOptions(files: Readonly<Record<string, string>>): Record<string, Option> {
  return Object.fromEntries(
    Object.entries(files).map(([option, help]) => [option, { type: 'string', value: 'FILE', help }]),
  );
}

/** Where the texts and the tokenizer are: options of every command about a model by its path. */
export const textOptions: Readonly<Record<string, Option>> = {
  data: { type: 'string', value: 'FILE', help: 'CSV file of labelled texts that the model was not trained on' },
  text: { type: 'string', value: 'COLUMN', help: 'its column of texts', default: 'text' },
  label: { type: 'string', value: 'COLUMN', help: 'its column of labels: names, or numbers from 0', default: 'label' },
  delimiter: { type: 'string', value: 'CHARACTER', help: 'what separates its fields', default: ',' },
  tokenizer: {
    type: 'string',
    value: 'FOLDER',
    help: "folder of tokenizer.json or vocab.txt, config.json and, if there is one, retort.json (default: the model's)",
  },
  labels: {
    type: 'string',
    value: 'A,B',
    help: 'label names in the order of the logits (default: id2label of config.json)',
  },
  'max-tokens': {
    type: 'string',
    value: 'N',
    help: 'longest input, where retort.json does not say it (default: config.json, or 512)',
  },
};

/** Option -> key of `quantization.gate` in experiment.json. */
const gateKeys = {
  agreement: 'agreement',
  'accuracy-loss': 'accuracyLoss',
  p: 'p',
  'mean-logit-change': 'meanLogitChange',
  'largest-logit-change': 'largestLogitChange',
  'most-kept': 'mostKept',
  'sensitivity-texts': 'sensitivityTexts',
  company: 'company',
  'company-texts': 'companyTexts',
} as const satisfies Record<string, keyof GateConfig>;

/** The tolerances, one option each: `quantization.gate` of experiment.json says the same of its keys. */
export const gateOptions: Readonly<Record<string, Option>> = Object.fromEntries(
  Object.entries(gateKeys).map(([option, key]) => {
    const schema = gateSchema.shape[key];
    const value = gateSchema.parse({})[key];
    const help = schema.description ?? '';
    return [
      option,
      { type: 'string', value: 'NUMBER', help, ...(value === undefined ? {} : { default: String(value) }) },
    ];
  }),
);

/** What the options say; a UserError if one of them is no number in its bounds. */
export function parseGateOptions(values: OptionValues): GateConfig {
  const given = Object.entries(gateKeys).flatMap(([option, key]) => {
    const value = values[option];
    return typeof value === 'string' ? [[key, value.trim() === '' ? Number.NaN : Number(value)] as const] : [];
  });
  const result = gateSchema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const option = Object.entries(gateKeys).find(([, key]) => key === issue.path[0])?.[0];
  throw new UserError(issue.message, {
    place: { field: `--${option}` },
    remedy: `give a number: ${gateOptions[option ?? '']?.help ?? 'see --help'}`,
    cause: result.error,
  });
}

/** The value of an option that has to be given. */
export function required(values: OptionValues, option: string, what: string): string {
  const value = values[option];
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`--${option} is missing`, { place: { field: `--${option}` }, remedy: `give ${what}` });
}

/** A whole number from 3 on, or undefined if the option is not given. */
export function lengthOption(values: OptionValues, option: string): number | undefined {
  const value = values[option];
  if (value === undefined) return undefined;
  const length = Number(value);
  if (Number.isInteger(length) && length >= 3) return length;
  throw new UserError(`"${value}" is no number of tokens`, {
    place: { field: `--${option}` },
    remedy: 'give a whole number from 3 on',
  });
}
