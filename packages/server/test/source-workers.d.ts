export declare const nodeArguments: string[];
