/** Lint rules. The import rules between layers are a test of their own: tests/unit/architecture. */
import stylistic from '@stylistic/eslint-plugin'
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import vueParser from 'vue-eslint-parser'

/** The core is synchronous and deterministic: time, chance and the outside world come in through its ports. */
const CORE_FORBIDDEN_GLOBALS = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Promise',
  'process',
  'console',
  'performance',
  'Buffer',
  'crypto',
  'fetch',
]

const CORE_FORBIDDEN_SYNTAX = [
  { selector: ':function[async=true]', message: 'The core is synchronous.' },
  { selector: 'AwaitExpression', message: 'The core is synchronous.' },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Use the random generator that is handed in.',
  },
]

/** Within what a template binds: directives, events, and texts between double braces. */
const TEMPLATE_FORBIDDEN_SYNTAX = [
  'ConditionalExpression',
  'LogicalExpression',
  'SequenceExpression',
  ':function',
  ':matches(NewExpression, AwaitExpression, SpreadElement)',
  ':matches(TSAsExpression, TSSatisfiesExpression, TSNonNullExpression)',
  // One comparison, one addition or one subtraction, of names and numbers.
  'BinaryExpression:not([operator=/^([<>]=?|[!=]==|[+-])$/])',
  'BinaryExpression :matches(BinaryExpression, CallExpression)',
  'CallExpression BinaryExpression',
  // A template literal has one hole, for a name.
  'TemplateLiteral[expressions.length>1]',
  'TemplateLiteral > :not(Identifier, MemberExpression, TemplateElement)',
  // A call takes no results of others. In a text, the values of a message may be formatted.
  'CallExpression > CallExpression',
  'CallExpression CallExpression CallExpression',
  'ArrayExpression ObjectExpression',
  'AssignmentExpression > :not(Identifier, MemberExpression, UnaryExpression, Literal).right',
].map((selector) => `VExpressionContainer ${selector}`)

const TEMPLATE_FORBIDDEN_ATTRIBUTES = [
  'VExpressionContainer CallExpression CallExpression',
  'VExpressionContainer > VOnExpression[body.length>1]',
  'VExpressionContainer > VForExpression > :not(Identifier, MemberExpression, CallExpression, Literal).right',
].map((selector) => `VAttribute > ${selector}`)

/** A class that depends on something is bound to a name of it, or to a call. */
const TEMPLATE_FORBIDDEN_CLASSES =
  "VAttribute[key.argument.name='class'] Property > :not(Identifier, MemberExpression, CallExpression, UnaryExpression).value"

const TEMPLATE_FORBIDDEN = [...TEMPLATE_FORBIDDEN_SYNTAX, ...TEMPLATE_FORBIDDEN_ATTRIBUTES, TEMPLATE_FORBIDDEN_CLASSES]

export default tseslint.config(
  {
    ignores: [
      'out/',
      'dist/',
      'node_modules/',
      'tests/artifacts/',
      'tests/unit/architecture/fixtures/',
      'src-main/base/kernels/assembly/*.ts',
    ],
  },
  ...tseslint.configs.recommended,
  ...tseslint.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    plugins: { '@stylistic': stylistic },
    // Prettier lays code out in lines of this length; comments, texts and templates have to keep to it too.
    rules: { '@stylistic/max-len': ['error', 140] },
  },
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.node.json', './tsconfig.web.json', './tsconfig.e2e.json'],
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Recursive types (JSON) cannot be written as a Record.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      // Words come from src-renderer/i18n; signs that are the same in every language may stand in a template, and names of keys.
      'vue/no-bare-strings-in-template': [
        'error',
        { allowlist: ['·', '→', '←', '‹', '›', '×', '–', '+', '.', ',', '(', ')', '◆', 'A', 'B', '?', 'ms'] },
      ],
      'vue/no-restricted-syntax': [
        'error',
        ...TEMPLATE_FORBIDDEN.map((selector) => ({ selector, message: 'Name this in the script: templates hold names and calls.' })),
      ],
      // Line breaks inside templates are a matter of taste, not of correctness.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
    },
  },
  {
    // Byte-level code indexes arrays whose bounds it has asserted; a branch per byte would cost the data path.
    files: ['src-main/base/**/*.ts', 'src-main/core/**/*.ts', 'tests/unit/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src-main/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...CORE_FORBIDDEN_GLOBALS],
      'no-restricted-imports': ['error', { patterns: ['node:*', 'electron', 'electron/*'] }],
      'no-restricted-syntax': ['error', ...CORE_FORBIDDEN_SYNTAX],
    },
  },
  {
    // What comes from outside is bounded in depth, or recursion over it overflows the stack.
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,vue}'],
    ignores: ['src-main/contract/json.ts', 'src-main/launcher/**', 'src-main/packaging/**', 'src-main/entries/package.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'JSON', property: 'parse', message: 'Use parseJson of contract/json.' }],
    },
  },
)
