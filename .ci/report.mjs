// What a folder of vitest JSON results says: `report.mjs counts FILE` prints "PASSED FAILED", `report.mjs failures DIR`
// names every failed test with the first lines of its errors, so that the end of a long log tells what to mend.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const LINES_PER_ERROR = 12;

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
/** A file that could not be loaded has failed without a test of its own. */
const broken = (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed');

function counts(file) {
  const results = read(file);
  return `${results.numPassedTests} ${results.numFailedTests + results.testResults.filter(broken).length}`;
}

function* failures(file) {
  for (const { name, message, assertionResults, status } of read(file).testResults) {
    const path = relative(process.cwd(), name);
    if (broken({ status, assertionResults })) yield [path, message];
    for (const test of assertionResults) {
      if (test.status === 'failed') yield [`${path} > ${test.fullName}`, test.failureMessages.join('\n')];
    }
  }
}

const [command, path] = process.argv.slice(2);
if (command === 'counts') {
  console.log(counts(path));
} else {
  for (const file of readdirSync(path)) {
    for (const [test, message] of failures(join(path, file))) {
      console.log(`\nFAILED ${test}\n${message.split('\n').slice(0, LINES_PER_ERROR).join('\n')}`);
    }
  }
}
