// vue-tsc is the type gate; these rules catch what types do not. Each has its reason beside it.
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/**/schema.d.ts'] },
  ...vue.configs['flat/essential'],
  { files: ['**/*.ts'], languageOptions: { parser: ts.parser } },
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: {
      parserOptions: { parser: ts.parser, projectService: true, extraFileExtensions: ['.vue'] },
    },
    plugins: { '@typescript-eslint': ts.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Guests type their names and messages: markup in them must never run.
      'vue/no-v-html': 'error',
      // Our parts are called Button and Field; a prefix would say nothing.
      'vue/multi-word-component-names': 'off',
      // A prop nobody reads is a promise nobody keeps.
      'vue/no-unused-properties': 'error',
      // A promise that is dropped by accident swallows its error.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // any switches the type gate off, and spreads.
      '@typescript-eslint/no-explicit-any': 'error',
      // Unused code is dead code; vue-tsc sees the rest.
      '@typescript-eslint/no-unused-vars': 'error',
    },
  },
  {
    rules: {
      // == compares what nobody meant.
      eqeqeq: 'error',
      // Leftovers of a debugging hour.
      'no-console': 'error',
      'no-debugger': 'error',
      // The size the house asks for.
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['src/guest/**'],
    rules: {
      // The guest page has 2 kB for everything.
      'no-restricted-imports': ['error', { patterns: ['vue', '@/ui/*', '@/console/*', '@/door/*'] }],
    },
  },
  {
    files: ['src/door/**'],
    rules: {
      // The door loads on a phone in a queue: no router, no query cache, nothing of the console.
      'no-restricted-imports': ['error', { patterns: ['vue-router', '@tanstack/*', '@/console/*', '@/guest/*'] }],
    },
  },
  {
    files: ['src/shared/**'],
    rules: {
      // shared is used by all three pages, so it knows none of them.
      'no-restricted-imports': ['error', { patterns: ['vue', 'vue-router', '@tanstack/*', '@/ui/*', '@/console/*', '@/door/*', '@/guest/*'] }],
    },
  },
  {
    // Scripts speak to a terminal.
    files: ['build/**', 'e2e/**'],
    rules: { 'no-console': 'off' },
  },
)
