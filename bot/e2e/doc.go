// Package e2e holds the tests that need more than Go: a browser and Node.
// "make e2e" runs them; the build tag keeps them out of "make test".
//
//   - The story in a browser: the real program serves a shop, its schedule fires,
//     and people do in headless Chromium what they would do in Slack: read a card,
//     ask why, edit, be refused, approve, receive. The letter leaves by SMTP.
//   - Slack's own SDK for JavaScript, as a small echo app, on the local workspace:
//     what works there by Slack's rules works here, over both transports.
//   - Every golden card against the published types of Block Kit, by the
//     TypeScript compiler.
//
// What is missing on the machine is named in the failure, with how to get it.
package e2e
