{{- define "goalward.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* What tells our pods from others'. */}}
{{- define "goalward.ours" -}}
app.kubernetes.io/name: goalward
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "goalward.labels" -}}
{{ include "goalward.ours" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "goalward.image" -}}
{{ required "Set image.repository to where the image of deploy/Containerfile was pushed." .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Where the store is, for every process of ours. */}}
{{- define "goalward.store" -}}
- name: GOALWARD_STATE
  value: /var/lib/goalward/state
{{- if eq .Values.store.kind "postgresql" }}
- name: GOALWARD_STORE
  valueFrom:
    secretKeyRef:
      name: {{ required "Set store.secret.name to a Secret that holds the URL of the database." .Values.store.secret.name }}
      key: {{ .Values.store.secret.key }}
- name: GOALWARD_DISPATCH
  value: procrastinate
{{- end }}
{{- end }}

{{/* What no container of ours may do. */}}
{{- define "goalward.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "goalward.user" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
{{- end }}

{{/* A pod of a role: `root` is the chart, `role` its name, `resources` what it gets, `volumes` where its state is. */}}
{{- define "goalward.pod" -}}
{{- $root := .root -}}
{{- $walled := eq $root.Values.sandbox "bubblewrap" -}}
{{- $shared := and (eq $root.Values.store.kind "postgresql") $root.Values.snapshots.claim -}}
metadata:
  labels:
    {{- include "goalward.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
  annotations:
    checksum/settings: {{ $root.Values.settings | sha256sum | quote }}
spec:
  automountServiceAccountToken: false
  # The variables of services would begin with GOALWARD_ and be taken for settings.
  enableServiceLinks: false
  # The first process, which inherits what outlives its parents, is the cluster's: it ends them and has no secrets.
  shareProcessNamespace: true
  terminationGracePeriodSeconds: 30
  {{- if $walled }}
  hostUsers: false
  {{- end }}
  securityContext:
    {{- include "goalward.user" $root | nindent 4 }}
    seccompProfile:
      type: {{ if $walled }}Unconfined{{ else }}RuntimeDefault{{ end }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "goalward.ours" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: goalward
      image: {{ include "goalward.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [serve, --role, {{ .role }}, --host, "0.0.0.0", --port, "8080", --settings, /etc/goalward/goalward.toml]
      env:
        {{- include "goalward.store" $root | nindent 8 }}
        - name: GOALWARD_TELEMETRY__LOGS
          value: json
        {{- if $shared }}
        - name: GOALWARD_WORKSPACES__SNAPSHOTS
          value: /mnt/goalward/snapshots
        {{- end }}
        - name: GOALWARD_SANDBOX__MODE
          value: {{ if $walled }}bubblewrap{{ else }}process{{ end }}
        {{- range $name, $text := $root.Values.environment }}
        - name: {{ $name }}
          value: {{ $text | quote }}
        {{- end }}
        {{- range $root.Values.secrets }}
        - name: {{ .variable }}
          valueFrom:
            secretKeyRef:
              name: {{ .name }}
              key: {{ .key }}
        {{- end }}
      ports:
        - name: http
          containerPort: 8080
      startupProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 2
        timeoutSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        {{- include "goalward.confined" $root | nindent 8 }}
        {{- if $walled }}
        procMount: Unmasked
        {{- end }}
      volumeMounts:
        - name: settings
          mountPath: /etc/goalward
          readOnly: true
        - name: state
          mountPath: /var/lib/goalward
        - name: home
          mountPath: /home/goalward
        - name: tmp
          mountPath: /tmp
        {{- if $shared }}
        - name: snapshots
          mountPath: /mnt/goalward
        {{- end }}
  {{- if $shared }}
  # What is mounted belongs to root, and git wants a directory of its own user.
  initContainers:
    - name: snapshots
      image: {{ include "goalward.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [mkdir, -p, -m, "0700", /mnt/goalward/snapshots]
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {memory: 64Mi}
      securityContext:
        {{- include "goalward.confined" $root | nindent 8 }}
      volumeMounts:
        - name: snapshots
          mountPath: /mnt/goalward
  {{- end }}
  volumes:
    - name: settings
      configMap:
        name: {{ include "goalward.name" $root }}
    - name: home
      emptyDir: {}
    - name: tmp
      emptyDir: {}
    {{- if $shared }}
    - name: snapshots
      persistentVolumeClaim:
        claimName: {{ $shared }}
    {{- end }}
    {{- with .scratch }}
    - name: state
      emptyDir:
        sizeLimit: {{ . }}
    {{- end }}
{{- end }}

{{/* A deployment of a role: as a pod; without `replicas` somebody else decides how many there are. */}}
{{- define "goalward.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "goalward.name" .root }}-{{ .role }}
  labels:
    {{- include "goalward.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  {{- with .replicas }}
  replicas: {{ . }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels:
      {{- include "goalward.ours" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    {{- include "goalward.pod" . | nindent 4 }}
{{- end }}
