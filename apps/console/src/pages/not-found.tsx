import { path } from "../location.js";
import { paths } from "../place.js";

export function NotFound() {
  return (
    <div class="page empty">
      <h1>There is nothing here</h1>
      <p>
        The console has no page at <code>{path.value}</code>.
      </p>
      <a class="button" href={paths.home}>
        To the rules
      </a>
    </div>
  );
}
