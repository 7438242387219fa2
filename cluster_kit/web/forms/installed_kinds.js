// The kinds of prompts that installed packages add, by kind. The server and the bundler write this module from what is
// installed; each kind is {build(prompt, form, compact), inWords(prompt, value), short} or {buildPrompt(form, prompt)}.
export const INSTALLED = {};
