import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {loadGraphModel} from '@tensorflow/tfjs-converter';
import '/tmp/t1/main/lib/tfjs/index.js';
const [name, backend='densecrf', out] = process.argv.slice(2);
const dir='/tmp/t1/shared/data/models/'+name;
const j=JSON.parse(fs.readFileSync(dir+'/model.json'));
const buf=Buffer.concat(j.weightsManifest.flatMap(m=>m.paths.map(p=>fs.readFileSync(dir+'/'+p))));
const handler={load:async()=>({modelTopology:j.modelTopology,weightSpecs:j.weightsManifest.flatMap(m=>m.weights),weightData:buf.buffer.slice(buf.byteOffset,buf.byteOffset+buf.byteLength),format:j.format,signature:j.signature})};
await tf.setBackend(backend);
const model=await loadGraphModel(handler);
const x=tf.randomUniform([1,513,513,3],-1,1,'float32',3);
const output=out??model.outputNodes[0];
console.log(model.outputNodes, JSON.stringify(j.signature?.outputs));
const run=()=>{const y=model.execute(x, output); const d=y.dataSync(); y.dispose(); return d;};
run();run();
const times=[];for(let i=0;i<8;i++){const t=process.hrtime.bigint();run();times.push(Number(process.hrtime.bigint()-t)/1e6);}
console.log('ms', times.map(t=>t.toFixed(1)).join(' '));
// per kernel
const acc=new Map();
for(const k of tf.getKernelsForBackend(backend)){tf.unregisterKernel(k.kernelName,backend);
 tf.registerKernel({...k,kernelFunc:a=>{const t=process.hrtime.bigint();const r=k.kernelFunc(a);const dt=Number(process.hrtime.bigint()-t)/1e6;
 const sh=Object.values(a.inputs).map(i=>i?.shape?.join('x')).join(' ')+(a.attrs?.dilations?' d'+a.attrs.dilations:'')+(a.attrs?.strides?' s'+a.attrs.strides:'');
 const e=acc.get(k.kernelName)??{n:0,ms:0,sh:new Map()};e.n++;e.ms+=dt;e.sh.set(sh,(e.sh.get(sh)??0)+dt);acc.set(k.kernelName,e);return r;}});}
for(let i=0;i<3;i++)run();acc.clear();
const R=5;const t0=process.hrtime.bigint();for(let i=0;i<R;i++)run();console.log('profiled total',(Number(process.hrtime.bigint()-t0)/1e6/R).toFixed(1));
for(const [k,e] of [...acc].sort((a,b)=>b[1].ms-a[1].ms)){console.log(k.padEnd(24),(e.n/R),(e.ms/R).toFixed(2));for(const [s,ms] of [...e.sh].sort((a,b)=>b[1]-a[1]).slice(0,+(process.env.TOP??3)))console.log('    ',s,(ms/R).toFixed(2));}
