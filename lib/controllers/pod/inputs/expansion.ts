/**
 * Replaces `$(NAME)` by the variable's value; `$$` is a literal `$`, so that `$$(NAME)` stays `$(NAME)`. A reference to
 * an unknown variable, or one that is not closed, stays as written. Source: the API's description of `command`.
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (written, name: string | undefined) =>
    name === undefined ? '$' : (variables.get(name) ?? written),
  );
}
