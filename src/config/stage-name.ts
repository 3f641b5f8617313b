/** What a stage may be called. */
export const stageNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
