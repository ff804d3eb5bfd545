import { expect } from "chai";
import { complianceOf, controlId, controlKeyOf } from "./compliance.js";

describe("compliance marks in annotations", () => {
  it("a framework and its control are read together, in the framework's own spelling", () => {
    expect(complianceOf({ compliance_framework: "SOC2", soc2_control: "CC6_1" })).to.deep.equal([
      { framework: "SOC2", controls: ["CC6.1"] },
    ]);
  });

  it("several frameworks keep their controls apart", () => {
    const marks = complianceOf({
      compliance_framework: "SOC2, GDPR",
      soc2_control: "CC7.2,CC6.1",
      gdpr_control: "Art32",
    });
    expect(marks).to.deep.equal([
      { framework: "SOC2", controls: ["CC6.1", "CC7.2"] },
      { framework: "GDPR", controls: ["Art32"] },
    ]);
  });

  it("a control is one, however its underscores stand for the framework's signs", () => {
    expect(controlId("HIPAA", "164_312_a_1")).to.equal("164.312(a)(1)");
    expect(complianceOf({ hipaa_control: "164_312_a_1, 164.312(a)(1)" })).to.deep.equal([
      { framework: "HIPAA", controls: ["164.312(a)(1)"] },
    ]);
  });

  it("a control names its framework where nothing else does; other annotations say nothing", () => {
    expect(complianceOf({ hipaa_control: "164.312", team: "a" })).to.deep.equal([
      { framework: "HIPAA", controls: ["164.312"] },
    ]);
    expect(complianceOf({ team: "a" })).to.deep.equal([]);
  });

  it("the key of a framework's controls is its name in small letters", () => {
    expect(controlKeyOf("ISO-27001")).to.equal("iso_27001_control");
  });
});
