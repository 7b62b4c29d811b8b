import { artifactsOfRun, modelFigures, NotFound, requireNames, runFolder, type Sql } from '@retort/tracking';
import { newApi } from '../new-api.ts';
import { readMistakes } from './mistakes.ts';
import { createPairAnswers } from './pair-answers.ts';
import { readConsole, readJson } from './read.ts';
import { artifactsRoute, consoleRoute, dataCardRoute, mistakesRoute, modelsRoute, reportRoute } from './routes.ts';
import { dataCardSchema, reportSchema } from './schemas.ts';
import { reportTexts, withheldTexts } from './texts.ts';

export interface FilesOptions {
  /** Asked for each request. */
  readonly sql: () => Sql;
  /** In which the folders of runs lie. Without it there are no files to tell of. */
  readonly workspace?: string;
  /** Whether texts of the data may be shown to who reaches the server. */
  readonly showTexts: boolean;
}

/** What is told of a run out of its folder, and of its models out of reports. */
export function createFilesApi({ sql, workspace, showTexts }: FilesOptions) {
  const folderOf = async (run: string) => {
    if (workspace !== undefined) return runFolder(sql(), workspace, run);
    throw new NotFound('this server has no workspace, so that it has no files of runs', {
      place: { field: 'run' },
      remedy: 'start it in the workspace that has them',
    });
  };
  const pairAnswers = createPairAnswers(folderOf);
  return newApi()
    .openapi(modelsRoute, async (c) => {
      const { baseline, baselineModel: model, ...query } = c.req.valid('query');
      await requireNames(sql(), { filter: query.filter });
      const base = baseline === undefined ? {} : { baseline: { run: baseline, model } };
      // Not for all reports that there are: each would be read.
      const paired = query.runs === undefined ? {} : { pairAnswers };
      return c.json({ models: await modelFigures(sql(), { ...query, ...base, ...paired }) }, 200);
    })
    .openapi(artifactsRoute, async (c) =>
      c.json({ artifacts: await artifactsOfRun(sql(), c.req.valid('param').run) }, 200),
    )
    .openapi(reportRoute, async (c) =>
      c.json(readJson(await folderOf(c.req.valid('param').run), 'results.json', reportSchema), 200),
    )
    .openapi(mistakesRoute, async (c) => {
      const folder = await folderOf(c.req.valid('param').run);
      const texts = showTexts && workspace !== undefined ? reportTexts(workspace, folder) : withheldTexts;
      return c.json(await readMistakes(folder, c.req.valid('query'), texts), 200);
    })
    .openapi(dataCardRoute, async (c) =>
      c.json(readJson(await folderOf(c.req.valid('param').run), 'card.json', dataCardSchema), 200),
    )
    .openapi(consoleRoute, async (c) =>
      c.json(readConsole(await folderOf(c.req.valid('param').run), c.req.valid('query').lines), 200),
    );
}
