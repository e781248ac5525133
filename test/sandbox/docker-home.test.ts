/** The Docker home keeps the contract. */

import { sandboxContract } from "./contract.ts";
import { engineHere, forgetSetup, homeHere } from "./docker-here.ts";

if (await engineHere()) sandboxContract("the Docker home", () => homeHere({ warm: 1 }), forgetSetup);
