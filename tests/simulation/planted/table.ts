import { CLASSIC_BUGS, OTHER_BUGS, type PlantedBug } from '.'
import { TESTED_BUGS, type TestedBug } from './tested'

/** docs/planted-bugs.md: every planted bug, and what finds it. */
export function tellPlantedBugs(): string {
  const folders = [...new Set(TESTED_BUGS.map(({ file }) => folderOf(file)))].toSorted()
  return [
    '# Planted bugs',
    '',
    'Wrong changes of the sources, made by hand, and what finds each. They are compiled only in tests, and some as flawed',
    'firmware for exercises (`src-main/firmware`), which runs only in the simulator. This page is made from',
    '`tests/simulation/planted` by a test (`npx vitest run --config tests/vitest.config.ts --project unit tests/unit/planted -u`).',
    '',
    `## Found by the simulator: ${CLASSIC_BUGS.length + OTHER_BUGS.length}`,
    '',
    'Among the worlds of the seeds 1 to 300, with 2,000 operations each, one finds it, with a checker that is named (`planted-bugs.test`).',
    '',
    ...[...CLASSIC_BUGS, ...OTHER_BUGS].map(tellFoundBySimulator),
    '',
    `## Found by a test: ${TESTED_BUGS.length}`,
    '',
    'Each makes the test that is named fail, which `npm run mutate -- --planted` checks (`tested-bugs.test`).',
    ...folders.flatMap((folder) => [
      '',
      `### ${folder}`,
      '',
      ...TESTED_BUGS.filter(({ file }) => folderOf(file) === folder).map(tellFoundByTest),
    ]),
    '',
  ].join('\n')
}

function tellFoundBySimulator({ name, file, why, checkers }: PlantedBug): string {
  return `- **${name}** (\`${shortOf(file)}\`): ${why} Found by: ${checkers.join(', ')}.`
}

function tellFoundByTest({ name, file, why, foundBy }: TestedBug): string {
  return `- **${name}** (\`${shortOf(file)}\`): ${why} Found by \`${foundBy.file}\`: ${foundBy.test.replaceAll(' > ', ', ')}.`
}

function shortOf(file: string): string {
  return file.replace(/^src-main\//, '').replace(/\.ts$/, '')
}

function folderOf(file: string): string {
  return shortOf(file).split('/').slice(0, 2).join('/')
}
