package io.pipedeck.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One call of the API.
 *
 * @param path with {@code {name}} where a parameter stands
 */
record Route(Method method, String path, Handler handler) {

  static Route get(String path, Handler handler) {
    return new Route(Method.GET, path, handler);
  }

  static Route post(String path, Handler handler) {
    return new Route(Method.POST, path, handler);
  }

  static Route delete(String path, Handler handler) {
    return new Route(Method.DELETE, path, handler);
  }

  /**
   * Adds these calls, each GET as HEAD too; OPTIONS of a path tells what it has, and any other
   * method is a 405 that tells it.
   */
  static void addAll(HttpRouting.Builder routing, List<Route> routes) {
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      Set<String> ofPath = methods.computeIfAbsent(route.path(), _ -> new TreeSet<>());
      ofPath.add(route.method().text());
      routing.route(route.method(), route.path(), route.handler());
      if (route.method().equals(Method.GET)) {
        ofPath.add("HEAD");
        routing.route(Method.HEAD, route.path(), route.handler());
      }
    }
    methods.forEach(
        (path, ofPath) -> {
          String allowed = String.join(", ", ofPath);
          routing.route(Method.OPTIONS, path, options(allowed));
          routing.route(_ -> true, PathMatchers.create(path), wrongMethod(allowed));
        });
  }

  private static Handler options(String allowed) {
    return (_, response) -> {
      response.header(HeaderNames.ALLOW, allowed);
      response.status(Status.NO_CONTENT_204).send();
    };
  }

  private static Handler wrongMethod(String allowed) {
    return (request, response) -> {
      response.header(HeaderNames.ALLOW, allowed);
      String call = request.prologue().method() + " " + request.path().path();
      Problems.send(
          request,
          response,
          Problems.problem(
              405,
              "method_not_allowed",
              "There is no " + call + "; this path takes " + allowed + "."));
    };
  }
}
