// A first synchronisation by PouchDB: how many documents a second a fresh database on the disk takes over from
// pouchdb-server, through the loopback. Called by `palier-bench sync --pouchdb`.
//
//     node first_sync.cjs <folder with node_modules> <documents, one JSON a line> <empty folder>
//
// Prints the number of documents and the seconds.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");

const [modules, documents, folder] = process.argv.slice(2);
const PouchDB = createRequire(path.join(path.resolve(modules), "any.cjs"))("pouchdb");
const BATCH = 1000;

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

async function fill(database) {
  let batch = [];
  const lines = readline.createInterface({ input: fs.createReadStream(documents) });
  for await (const line of lines) {
    batch.push(JSON.parse(line));
    if (batch.length === BATCH) {
      await database.bulkDocs(batch);
      batch = [];
    }
  }
  if (batch.length > 0) await database.bulkDocs(batch);
}

async function main() {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      path.join(modules, "node_modules/pouchdb-server/bin/pouchdb-server"),
      "--port", String(port), "--host", "127.0.0.1", "--dir", path.join(folder, "server"), "--no-stdout-logs",
    ],
    { cwd: folder, stdio: "ignore" },
  );
  try {
    const url = `http://127.0.0.1:${port}`;
    await answers(url);
    await fill(new PouchDB(`${url}/rows`));
    const here = new PouchDB(path.join(folder, "device"));
    const began = process.hrtime.bigint();
    await PouchDB.replicate(`${url}/rows`, here, { batch_size: BATCH });
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    const { doc_count: count } = await here.info();
    console.log(`${count} ${seconds.toFixed(3)}`);
    await here.close();
  } finally {
    server.kill("SIGKILL");
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
