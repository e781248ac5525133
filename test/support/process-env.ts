/** What a process of Orion's is given of a test's environment: where programs are, and where Node keeps compiled code. */
const { PATH = "", NODE_COMPILE_CACHE } = process.env;

export const PROCESS_ENV: Readonly<Record<string, string>> = {
  PATH,
  ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
};
