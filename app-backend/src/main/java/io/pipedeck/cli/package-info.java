/** The command line: one launcher with subcommands. Entry point: {@link io.pipedeck.cli.Main}. */
@NullMarked
package io.pipedeck.cli;

import org.jspecify.annotations.NullMarked;
