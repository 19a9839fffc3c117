/** A problem that a person must fix before the lab can start. `message` names it and says what to do. */
export class LabStartError extends Error {
  override readonly name = 'LabStartError'
}
