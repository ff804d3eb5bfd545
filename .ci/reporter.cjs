// Mocha's spec reporter, which also writes the two counts to the file named in the option "output".
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      writeFileSync(options.reporterOptions.output, `${this.stats.passes}\n${this.stats.failures}\n`);
    });
  }
};
