// Mocha's spec reporter, which also writes to the file named in the option "output": passes, failures, and then, in words,
// what failed and what passed only when it was tried again.
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const troubles = [];
    const note = (what) => (test, error) => troubles.push(`${what}: ${test.fullTitle()}\n${error?.stack ?? error}`);
    runner.on(Runner.constants.EVENT_TEST_RETRY, note("TRIED AGAIN"));
    runner.on(Runner.constants.EVENT_TEST_FAIL, note("FAILED"));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      writeFileSync(options.reporterOptions.output, [passes, failures, ...troubles, ""].join("\n"));
    });
  }
};
