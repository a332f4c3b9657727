// The till: live weight, keys and scanner, the queue of what has not been sent.

import "./live-weight.js";
import "./keys.js";
import "./queue-view.js";
