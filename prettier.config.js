/** How code is laid out. Markdown and generated files are left alone. */
export default {
  printWidth: 140,
  semi: false,
  singleQuote: true,
}
