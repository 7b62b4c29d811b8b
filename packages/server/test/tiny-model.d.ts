import { type ModelSettings } from '@retort/shared';
export declare const wordWeights: Readonly<Record<string, readonly [number, number]>>;
export declare const labels: string[];
export declare const maxTokens = 8;
export declare const windowSettings: ModelSettings;
export declare function writeTinyModel(
  folder: string,
  {
    output,
    file,
    settings,
  }?: {
    output?: string;
    file?: string;
    settings?: ModelSettings;
  },
): void;
