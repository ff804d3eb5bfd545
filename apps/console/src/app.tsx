import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { path, place } from "./location.js";
import { AddressNotice } from "./parts/address-notice.js";
import { Header } from "./parts/header.js";
import { useLazy } from "./parts/use-lazy.js";
import { Home } from "./pages/home.js";
import { NotFound } from "./pages/not-found.js";

/** Pages but the first come when they are asked for. Each takes its ids as properties. */
const pages = {
  rule: () => import("./pages/rule.js").then((module) => module.RulePage),
  plan: () => import("./pages/plan.js").then((module) => module.PlanPage),
  replay: () => import("./pages/replay.js").then((module) => module.ReplayPage),
  replays: () => import("./pages/replays.js").then((module) => module.ReplaysPage),
  violations: () => import("./pages/violations.js").then((module) => module.ViolationsPage),
};

/** The whole console: the header, and the page that the address names. */
export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <AddressNotice />
        <Page key={path.value} />
      </main>
    </>
  );
}

function Page() {
  const at = place.value;
  switch (at.page) {
    case "home":
      return <Home />;
    case "new-rule":
      return <Lazy load={pages.rule} with={{ ruleId: undefined }} />;
    case "rule":
      return <Lazy load={pages.rule} with={{ ruleId: at.ruleId }} />;
    case "plan":
      return <Lazy load={pages.plan} with={{ ruleId: at.ruleId }} />;
    case "replay":
      return <Lazy load={pages.replay} with={{ replayId: at.replayId }} />;
    case "replays":
      return <Lazy load={pages.replays} with={{}} />;
    case "violations":
      return <Lazy load={pages.violations} with={{}} />;
    case "unknown":
      return <NotFound />;
  }
}

function Lazy<P extends object>(props: { readonly load: () => Promise<ComponentType<P>>; readonly with: P }) {
  const Loaded = useLazy(props.load);
  useEffect(() => {
    document.getElementById("main")?.setAttribute("aria-busy", String(Loaded === undefined));
  }, [Loaded]);
  return Loaded === undefined ? <div class="page" /> : <Loaded {...props.with} />;
}
