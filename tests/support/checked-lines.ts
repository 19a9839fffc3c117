/** The lines of a recording, without the checks between them. */
export function withoutChecks(text: string): string {
  return text.replaceAll(/^\{"crc32c":\d+\}\n/gm, '')
}
