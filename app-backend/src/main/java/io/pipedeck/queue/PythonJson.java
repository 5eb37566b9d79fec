package io.pipedeck.queue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as Python writes it: NaN, infinities, integers of any sensible length. */
final class PythonJson {
  private static final int MOST_DIGITS = 10_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(MOST_DIGITS)
                          .maxStringLength(RqCall.MOST_BYTES)
                          .maxNestingDepth(500)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // The message of an error would quote the arguments.
          .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private PythonJson() {}

  static RqCall call(byte[] json) {
    JsonNode tuple;
    try {
      tuple = MAPPER.readTree(json);
    } catch (IOException e) {
      return new RqCall.Malformed("it is not JSON (" + e.getClass().getSimpleName() + ")");
    }
    if (!tuple.isArray() || tuple.size() != 4) {
      return new RqCall.Malformed("it is no list of 4: [function, null, args, kwargs]");
    }
    if (!tuple.get(1).isNull()) {
      return new RqCall.Malformed("it calls a method of a Python object");
    }
    if (!tuple.get(0).isTextual() || tuple.get(0).textValue().isBlank()) {
      return new RqCall.Malformed("it names no function");
    }
    if (!tuple.get(2).isArray() || !tuple.get(3).isObject()) {
      return new RqCall.Malformed("args must be a list and kwargs an object");
    }
    return new RqCall.Call(tuple.get(0).textValue(), args(tuple.get(2)), kwargs(tuple.get(3)));
  }

  private static List<JsonNode> args(JsonNode list) {
    List<JsonNode> args = new ArrayList<>(list.size());
    list.forEach(args::add);
    return args;
  }

  private static Map<String, JsonNode> kwargs(JsonNode object) {
    Map<String, JsonNode> kwargs = new LinkedHashMap<>();
    object.properties().forEach(entry -> kwargs.put(entry.getKey(), entry.getValue()));
    return kwargs;
  }

  /** A value in JSON; throws where it is none. */
  static JsonNode value(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }
}
