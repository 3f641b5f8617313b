import { suggestion } from "../contract/near-miss.js";
import { excerpt } from "../contract/redact.js";
import type { Unresolved } from "./stage.js";

/** What placeholders stand for; an undefined one is an error only where a template uses it. */
export interface TemplateValues {
  project: string | undefined;
  stage: string;
  region: string | undefined;
}

const howToSay: Record<keyof TemplateValues, string> = {
  project: 'Add "project" at the top of the configuration.',
  stage: "Add --stage.",
  region: 'Add --region, or "region" to the configuration.',
};

/** Fills the placeholders of one property's template. */
export function expandTemplate(
  key: string,
  template: string,
  values: TemplateValues,
): { text: string; problems: Unresolved[] } {
  const problems: Unresolved[] = [];
  const text = template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    if (!isPlaceholder(name)) {
      const near = suggestion(name, Object.keys(howToSay));
      problems.push({
        message: `\`${key}\` has an unknown placeholder ${excerpt(placeholder, 60)}${near || "."}`,
        hint: "Placeholders are {project}, {stage} and {region}.",
      });
      return placeholder;
    }
    const value = values[name];
    if (value !== undefined) return value;
    problems.push({ message: `\`${key}\` needs {${name}}, and no ${name} is known.`, hint: howToSay[name] });
    return placeholder;
  });
  return { text, problems };
}

function isPlaceholder(name: string): name is keyof TemplateValues {
  return Object.hasOwn(howToSay, name);
}
