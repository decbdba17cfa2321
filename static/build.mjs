// Builds static/build/ from our styles, scripts, pictures and the typeface. `npm run build -- --watch` keeps building.
import { cpSync, mkdirSync, readdirSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "node_modules");
const out = join(here, "build");
const sheets = ["house", "admin"];
const typeface = join(packages, "@fontsource-variable", "source-sans-3", "files");
const printed = join(packages, "@expo-google-fonts", "source-sans-3");

function build() {
  mkdirSync(out, { recursive: true });
  for (const sheet of sheets) {
    const source = join(here, "scss", `${sheet}.scss`);
    const { css } = sass.compile(source, { style: "compressed", loadPaths: [packages], quietDeps: true });
    writeFileSync(join(out, `${sheet}.css`), css);
  }
  for (const subset of ["latin", "latin-ext"]) {
    cpSync(join(typeface, `source-sans-3-${subset}-wght-normal.woff2`), join(out, `source-sans-3-${subset}.woff2`));
  }
  // Typst reads no woff2: documents need the same typeface as TrueType.
  for (const weight of ["400Regular", "600SemiBold"]) {
    cpSync(join(printed, weight, `SourceSans3_${weight}.ttf`), join(out, "print", `SourceSans3_${weight}.ttf`));
  }
  for (const folder of ["js", "img"]) {
    for (const file of readdirSync(join(here, folder))) cpSync(join(here, folder, file), join(out, file));
  }
}

build();
if (process.argv.includes("--watch")) {
  for (const folder of ["scss", "js", "img"]) watch(join(here, folder), () => build());
}
