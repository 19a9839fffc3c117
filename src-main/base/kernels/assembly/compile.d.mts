/** The text of `module.ts`, made from the AssemblyScript sources. */
export function compileKernels(): Promise<string>
