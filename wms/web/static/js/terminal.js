// The till: live weight, keys and scanner, the queue of what has not been sent, the pages that open without the server.

import "./live-weight.js";
import "./keys.js";
import "./queue-view.js";
import "./offline.js";
