/**
 * The build: main process and its worker threads, preload, renderer.
 *
 * Every input and target is named here, because electron-vite would otherwise guess them
 * from the installed `electron` package, and the runtime used in development can be older.
 */
import { cpSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { buildFirmware } from './src-main/firmware/build'

const NODE_TARGET = 'node20.18'
const CHROME_TARGET = 'chrome130'

/** The licence texts of what is bundled, shipped with it. */
const LICENSES = { fileName: 'licenses.md' }

/** One program or worker thread each; `new Worker(new URL('./<name>.js', import.meta.url))` relies on these names. */
const MAIN_ENTRIES = [
  'electron',
  'serve',
  'controller-worker',
  'host-worker',
  'simulation-worker',
  'shelf-worker',
  'command-line',
  'start',
  'package',
]
const mainInputs = Object.fromEntries(MAIN_ENTRIES.map((name) => [name, resolve('src-main/entries', `${name}.ts`)]))

/** The development server puts styles into the page as elements, which the page's policy rightly refuses. */
function inlineStylesInDevelopment(): Plugin {
  return {
    name: 'inline-styles-in-development',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  }
}

/** Files of their own beside the program, for exercises alone. */
function flawedFirmware(): Plugin {
  return {
    name: 'flawed-firmware',
    apply: 'build',
    closeBundle: { sequential: true, handler: () => buildFirmware(process.cwd(), resolve('out/main')) },
  }
}

/** Exercises are files that authors write; the application reads them from beside its program. */
function shippedExercises(): Plugin {
  return {
    name: 'shipped-exercises',
    apply: 'build',
    closeBundle: () => cpSync(resolve('exercises'), resolve('out/main/exercises'), { recursive: true }),
  }
}

export default defineConfig({
  main: {
    plugins: [flawedFirmware(), shippedExercises()],
    build: {
      target: NODE_TARGET,
      // Everything is bundled, so packages need no node_modules.
      externalizeDeps: false,
      outDir: 'out/main',
      license: LICENSES,
      sourcemap: true,
      rolldownOptions: {
        input: mainInputs,
        external: [/^@electron-forge\//],
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: NODE_TARGET,
      externalizeDeps: false,
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: resolve('src-main/preload/index.ts') },
        // A sandboxed preload script can only be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [vue(), inlineStylesInDevelopment()],
    build: {
      target: CHROME_TARGET,
      outDir: 'out/renderer',
      license: LICENSES,
      emptyOutDir: true,
      rolldownOptions: { input: { index: resolve('src-renderer/index.html') } },
    },
  },
})
