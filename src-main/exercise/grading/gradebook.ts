import type { Grade } from './grade'

const LINE_END = '\r\n'

/**
 * The grades as CSV (RFC 4180): one line for each submission, with a column for each outcome that an exercise among them has. What an
 * exercise is worth counts for each of its outcomes, as a share from 0 to 1.
 */
export function gradebook(grades: readonly Grade[]): string {
  const outcomes = [...new Set(grades.flatMap((grade) => grade.outcomes))].toSorted()
  const head = ['learner', 'exercise', 'points', 'of', 'status', 'problems', 'checks', 'file', ...outcomes]
  const lines = grades.map((grade) => {
    const share = grade.of === 0 ? '' : (grade.points / grade.of).toFixed(2)
    const checks = grade.checks.map(({ id, verdict }) => `${id}: ${verdict.value}`).join('; ')
    return [
      grade.learner,
      grade.exercise,
      String(grade.points),
      String(grade.of),
      grade.status,
      grade.problems.join(' '),
      checks,
      grade.file,
      ...outcomes.map((outcome) => (grade.outcomes.includes(outcome) ? share : '')),
    ]
  })
  return [head, ...lines].map((fields) => fields.map(csvField).join(',')).join(LINE_END) + LINE_END
}

/** A field that begins like a formula would be one in a spreadsheet, so it gets an apostrophe. */
function csvField(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
