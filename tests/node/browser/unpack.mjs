// Unpacks the Chromium of @sparticuz/chromium, with the libraries and the font that a bare machine lacks, into the
// folder it is run in. The package's own way unpacks into /tmp and only adds the libraries on one cloud's machines.
import { createReadStream, createWriteStream, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const { extract } = createRequire(resolve("package.json"))("tar-fs");
const packed = (name) => createReadStream(`node_modules/@sparticuz/chromium/bin/${name}.br`);
const unpack = (name, target) => pipeline(packed(name), createBrotliDecompress(), target);

await unpack("chromium", createWriteStream("chromium", { mode: 0o755 }));
await unpack("al2023.tar", extract("al2023", { chown: false }));
await unpack("fonts.tar", extract("fonts", { chown: false }));
writeFileSync(
  "fonts/fonts.conf",
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${resolve("fonts")}</dir><dir>/usr/share/fonts</dir><cachedir>${resolve("fonts-cache")}</cachedir></fontconfig>
`,
);
