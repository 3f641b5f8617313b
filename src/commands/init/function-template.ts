/** What `function` may be on a command line and in an answer: a name, name:alias or ARN, with placeholders. */
export const functionTemplate = /^(?:[\w.:-]|\{(?:project|stage|region)\}){1,300}$/;
