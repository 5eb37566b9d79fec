/**
 * What goes over the wire: records of the HTTP contract, their JSON, and the client. The only
 * package of the backend that the console may use; depends on no other package of ours. Entry
 * point: {@link io.pipedeck.api.PipedeckClient}.
 */
@NullMarked
package io.pipedeck.api;

import org.jspecify.annotations.NullMarked;
