import { type ModelSettings } from '@retort/shared';
export declare function writeRandomModel(folder: string, settings: ModelSettings, seed?: number): Promise<void>;
