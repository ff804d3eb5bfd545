import type { ReplayAnswer } from "@betrace/contracts";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { go } from "../location.js";
import { colourOf } from "../parts/colour-of.js";
import { colours } from "../parts/theme.js";
import { count, counted, span } from "../time/format.js";
import { type Slice, slicesOf } from "./slices.js";
import { TimelineMarks } from "./timeline-marks.js";

const HEIGHT = 260;

/**
 * Violations per slice of time as bars over the whole range, with the first and the last marked, and what could not be read
 * drawn as such: an empty place there is no answer. A click on a bar leads to its violations.
 */
export function Timeline(props: {
  readonly replay: ReplayAnswer;
  /** Where the violations between two moments are listed. */
  readonly hrefOf: (slice: Slice) => string;
}) {
  const home = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const shown = useRef({ slices: [] as readonly Slice[], hrefOf: props.hrefOf });
  const { replay } = props;
  const slices = slicesOf(replay);
  shown.current = { slices, hrefOf: props.hrefOf };
  const startS = Date.parse(replay.start_time) / 1_000;
  const endS = Date.parse(replay.end_time) / 1_000;
  const drawn = colours.value;

  useEffect(() => {
    const box = home.current;
    if (box === null) return undefined;
    const marks = document.createElement("div");
    marks.className = "timeline-marks";
    const tip = document.createElement("div");
    tip.className = "timeline-tip";
    const plot = new uPlot(
      options(box.clientWidth, startS, endS, () => shown.current.slices),
      [[], []],
      box,
    );
    plot.over.append(marks, tip);
    const at = () => {
      const { left = -1 } = plot.cursor;
      const seconds = plot.posToVal(left, "x");
      return left < 0
        ? undefined
        : shown.current.slices.find((s) => seconds >= s.startMs / 1_000 && seconds < s.endMs / 1_000);
    };
    plot.hooks.setCursor = [() => showTip(tip, plot, at())];
    plot.over.addEventListener("click", () => {
      const slice = at();
      if (slice !== undefined && slice.violations > 0) go(shown.current.hrefOf(slice));
    });
    chart.current = plot;
    const resize = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    resize.observe(box);
    return () => {
      resize.disconnect();
      render(null, marks);
      plot.destroy();
      chart.current = undefined;
    };
  }, [startS, endS, drawn]);

  useEffect(() => {
    const plot = chart.current;
    if (plot === undefined) return;
    plot.setData([
      slices.map((slice) => (slice.startMs + slice.endMs) / 2_000),
      slices.map((slice) => slice.violations),
    ]);
    const marks = plot.over.querySelector(".timeline-marks");
    if (marks !== null) render(<TimelineMarks replay={replay} />, marks);
  }, [replay, drawn]);

  return <div class="timeline" ref={home} style={{ minHeight: `${HEIGHT}px` }} />;
}

function options(width: number, startS: number, endS: number, slices: () => readonly Slice[]): uPlot.Options {
  const text = colourOf("--muted");
  const line = colourOf("--line");
  const axis = {
    stroke: text,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: "12px system-ui",
  };
  return {
    width,
    height: HEIGHT,
    padding: [26, 24, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: () => [startS, endS] },
      y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: (_plot, splits) => splits.map((at) => tick(at, endS - startS)) },
      {
        ...axis,
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
        values: (_plot, splits) => splits.map(count),
      },
    ],
    series: [
      {},
      {
        fill: colourOf("--bad-fill"),
        width: 0,
        points: { show: false },
        paths: (plot, series, from, to) => {
          const [slice] = slices();
          const pixels =
            slice === undefined
              ? 4
              : plot.valToPos(slice.endMs / 1_000, "x") - plot.valToPos(slice.startMs / 1_000, "x");
          return uPlot.paths.bars?.({ size: [0.86, Math.max(2, pixels)] })(plot, series, from, to) ?? null;
        },
      },
    ],
  };
}

/** The time of day, and the day where one begins or where the range is of days. */
function tick(seconds: number, lengthS: number): string {
  const iso = new Date(seconds * 1_000).toISOString();
  const day = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" });
  if (lengthS > 4 * 86_400 || iso.slice(11, 16) === "00:00") return day.format(seconds * 1_000);
  return lengthS < 600 ? iso.slice(11, 19) : iso.slice(11, 16);
}

function showTip(tip: HTMLElement, plot: uPlot, slice: Slice | undefined): void {
  tip.hidden = slice === undefined;
  if (slice === undefined) return;
  const when = span(new Date(slice.startMs).toISOString(), new Date(slice.endMs).toISOString(), Date.now());
  tip.textContent = `${when}: ${counted(slice.violations, "violation")}`;
  const left = plot.cursor.left ?? 0;
  const half = plot.over.clientWidth / 2;
  tip.style.transform = `translate(${left}px, 0) translateX(${left > half ? "calc(-100% - 12px)" : "12px"})`;
  plot.over.style.cursor = slice.violations > 0 ? "pointer" : "";
}
