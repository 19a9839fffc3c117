/** Something a person has to put right before the lab can start; `message` names it and says what to do. */
export class LabStartError extends Error {
  override readonly name = 'LabStartError'
}
