/** Who may call, and how secrets are kept. Knows no job and no HTTP library. */
@NullMarked
package io.pipedeck.security;

import org.jspecify.annotations.NullMarked;
