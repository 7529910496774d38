/* Loads the code of the product and exits. Node caches the compiled code (broker/src/launch.js). */
await import('../platform/src/platform.ts');
process.exit(0);
