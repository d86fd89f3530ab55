package io.sluice.e2e;

/** containerd as on a node of Kubernetes: one file for every registry, so that only {@code ?ns=} tells them apart. */
class KubernetesMirrorPullIT extends ContainerdMirrorPullIT {

    @Override
    String hostsFile() {
        return "deploy/clients/kubernetes/certs.d/_default/hosts.toml";
    }

    @Override
    String registryDirectory() {
        return "_default";
    }
}
