import { existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type Experiment, experimentFile, sha256File, sourcePath, UserError } from '@retort/shared';
import type { Candidate } from '../report/candidate.ts';
import { countParameters } from '../report/model-folder.ts';
import { fp32File, int8File } from './models.ts';

type Opened = Pick<Candidate, 'architecture' | 'folder' | 'file' | 'settings' | 'rule' | 'bytes' | 'batch'>;

/**
 * The models of `report.models`, each by the name of its folder, and the sha256 of their files. `open` reads a folder. Of a folder with both an
 * fp32 and a quantized file both are compared.
 */
export async function furtherModels(
  experiment: Experiment,
  open: (folder: string, file: string, name: string) => Opened,
): Promise<{ models: Candidate[]; digests: Record<string, string> }> {
  const models: Candidate[] = [];
  const digests: Record<string, string> = {};
  for (const [i, path] of experiment.config.report.models.entries()) {
    const folder = sourcePath(experiment, { path });
    const name = basename(folder);
    const files = [fp32File, int8File].filter((file) => existsSync(join(folder, file)));
    const fault = (what: string, remedy: string) =>
      new UserError(what, { place: { file: experimentFile(experiment), field: `report.models[${i}]` }, remedy });
    if (files.length === 0) {
      throw fault(
        `${relative(experiment.workspace, folder)} holds no ${fp32File} and no ${int8File}`,
        'name the folder of a text classifier in ONNX, as the stages and transformers.js have it',
      );
    }
    for (const file of files) {
      const isFloat = file === fp32File;
      const model = {
        ...open(folder, join(folder, file), name),
        name: isFloat ? name : `${name}-int8`,
        weights: isFloat ? 'fp32' : 'int8',
        parameters: countParameters(join(folder, files[0])),
      };
      if (reserved.includes(name) || models.some((other) => other.name === model.name)) {
        throw fault(`"${name}" is the name of another model`, 'rename the folder');
      }
      models.push(model);
      digests[relative(experiment.workspace, model.file).split(sep).join('/')] = await sha256File(model.file);
    }
  }
  return { models, digests };
}

const reserved = ['teacher', 'student', 'teacher-int8', 'student-int8'];
