// Builds feedback/static from this folder: stylesheets for both directions, scripts, fonts and their licences.
// The built files are committed, so Node is needed only to change them.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import rtlcss from "rtlcss";
import * as sass from "sass";

const here = (path) => new URL(path, import.meta.url);
const out = (path) => new URL(`../feedback/static/${path}`, import.meta.url);

for (const folder of ["", "fonts/", "LICENSES/"]) {
  await mkdir(out(folder), { recursive: true });
}

const { css } = sass.compile(here("brand.scss").pathname, {
  charset: false,
  loadPaths: [here("node_modules").pathname],
  quietDeps: true,
  style: "compressed",
});
await writeFile(out("soundings.css"), `${css}\n`);
await writeFile(out("soundings.rtl.css"), `${rtlcss.process(css)}\n`);

const copies = {
  "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
  "node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2":
    "fonts/atkinson-hyperlegible-400.woff2",
  "node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2":
    "fonts/atkinson-hyperlegible-700.woff2",
  "node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-ext-400-normal.woff2":
    "fonts/atkinson-hyperlegible-ext-400.woff2",
  "node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-ext-700-normal.woff2":
    "fonts/atkinson-hyperlegible-ext-700.woff2",
  "node_modules/@fontsource/atkinson-hyperlegible/LICENSE": "LICENSES/atkinson-hyperlegible-OFL-1.1.txt",
  "node_modules/@fontsource/lexend/files/lexend-latin-400-normal.woff2": "fonts/lexend-400.woff2",
  "node_modules/@fontsource/lexend/files/lexend-latin-700-normal.woff2": "fonts/lexend-700.woff2",
  "node_modules/@fontsource/lexend/files/lexend-latin-ext-400-normal.woff2": "fonts/lexend-ext-400.woff2",
  "node_modules/@fontsource/lexend/files/lexend-latin-ext-700-normal.woff2": "fonts/lexend-ext-700.woff2",
  "node_modules/@fontsource/lexend/LICENSE": "LICENSES/lexend-OFL-1.1.txt",
  // The npm package of GOV.UK Frontend carries no licence file, so its MIT text is kept beside this script.
  "licences/govuk-frontend-MIT.txt": "LICENSES/govuk-frontend-MIT.txt",
  "soundings.js": "soundings.js",
  "kiosk.js": "kiosk.js",
  "paper.css": "paper.css",
  "drawing.js": "drawing.js",
  "passkey.js": "passkey.js",
  "read-aloud.js": "read-aloud.js",
  "preview.js": "preview.js",
  "favicon.svg": "favicon.svg",
};
for (const [from, to] of Object.entries(copies)) {
  await copyFile(here(from), out(to));
}
