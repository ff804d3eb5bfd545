import { api } from "../api/api.js";
import { place } from "../location.js";
import { type Place, paths } from "../place.js";
import { useResource } from "../resource.js";
import { Icon } from "./icon.js";
import { nextTheme, theme } from "./theme.js";
import { troubleOf } from "./trouble.js";

const LINKS = [
  { href: paths.home, label: "Rules", pages: ["home", "rule", "new-rule", "plan"] },
  { href: paths.replays, label: "Replays", pages: ["replays", "replay"] },
  { href: paths.violations, label: "Violations", pages: ["violations"] },
] as const satisfies readonly { href: string; label: string; pages: readonly Place["page"][] }[];

export function Header() {
  const here = place.value.page;
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href={paths.home} aria-label="BeTrace, to the rules">
          <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" class="brand-back" />
            <path d="M7 10h12M11 16h14M7 22h7" stroke="#fff" stroke-width="3" stroke-linecap="round" />
            <circle cx="21" cy="22" r="3.2" fill="#ffa94d" />
          </svg>
          BeTrace
        </a>
        <nav aria-label="Pages">
          {LINKS.map(({ href, label, pages }) => {
            const current = (pages as readonly string[]).includes(here);
            return (
              <a key={href} href={href} aria-current={current ? "page" : undefined}>
                {label}
              </a>
            );
          })}
        </nav>
        <Health />
        <ThemeButton />
      </div>
    </header>
  );
}

function ThemeButton() {
  const name = { system: "as the system", light: "light", dark: "dark" }[theme.value];
  return (
    <button
      type="button"
      class="quiet icon-button"
      onClick={nextTheme}
      aria-label={`Colours: ${name}`}
      title={`Colours: ${name}`}
    >
      <Icon name={theme.value === "system" ? "half" : theme.value === "light" ? "sun" : "moon"} />
    </button>
  );
}

/** Says so when Redis or Tempo cannot be used, so that an empty page is not taken for a quiet system. */
function Health() {
  const ready = useResource(api.ready, []);
  const trouble = troubleOf(ready.data);
  if (trouble === undefined) return <span class="top-space" />;
  return (
    <button type="button" class="pill bad top-health" title={trouble.reasons} onClick={ready.reload}>
      {trouble.words}
    </button>
  );
}
